"""What members do beside buying goods."""
