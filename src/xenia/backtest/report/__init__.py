"""What a backtest tells: one value, printed for people, for programs, and as a page."""
