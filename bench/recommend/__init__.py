"""Recommendations: how good against public figures, and how large they may grow."""
