"""Vouchers, what they are of, and what is picked out of all goods once."""
