"""Formats that go out and come in."""
