"""What a column of values is, judged by its header, its values and its neighbours."""
