"""Elasticsearch's date formats, date math and time zones."""
