"""What members see: their card, what they hold and why, rewards, and what is known of them."""
