"""Planning a programme: the staff and rules that bring most for a budget or for people to serve."""
