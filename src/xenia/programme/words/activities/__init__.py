"""What members do beside buying goods: its phrases, one file a language, beside the others."""
