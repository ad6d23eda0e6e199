"""What settings change for members."""
