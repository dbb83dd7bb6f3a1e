"""Value for money: one table of paired draws of cost and effect, and every view of it."""
