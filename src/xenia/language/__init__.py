"""The programme language: a typed subset of CEL with exact decimals; text to typed IR to Python."""
