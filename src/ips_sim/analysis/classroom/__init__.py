"""Every combination of the eight principles, computed beforehand for a class."""
