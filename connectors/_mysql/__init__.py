"""What the connector of MariaDB and MySQL is made of."""
