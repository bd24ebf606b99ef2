"""Documents as pages and as paper. A PDF worker imports this package without Django: keep it bare."""
