"""What a programme asks and gives, who gets it and until when."""
