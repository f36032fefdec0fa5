"""Whether a check deserves its place: past weeks judged, fairness, weights, where checks stand. Pure."""
