"""Xenia: loyalty programmes as data, designed, proved, run and measured from one definition."""
