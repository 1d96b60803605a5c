"""What all answers over HTTP have in common: conditional requests, errors, headers, addresses."""
