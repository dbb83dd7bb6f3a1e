"""What can be asked of runs: virtual trials, calibration, validation, principles, sensitivity."""
