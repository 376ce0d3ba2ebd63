"""Full text: an index of the labels, names and texts of one release, written once and only read afterwards."""
