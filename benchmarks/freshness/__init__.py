"""What freshness, retention and residue cost on real servers."""
