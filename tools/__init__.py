"""What works on a checkout and is no part of the package."""
