"""A MariaDB server of one's own on the loopback interface, over TLS.

    server = mariadb.start(Path("database"), admin="admin", password=password)
    connect(host="127.0.0.1", port=server.port, ssl_ca=server.ca, user="admin", password=password)
    server.stop()                       # its data stay: another start goes on with them

It ends with the process that started it, however that ends. Everything it has is below its
directory. Started by root it runs as another user, to whom that directory then belongs, unless a
directory above is closed to that user.
"""

from embedded_aws.mariadb.data_directory import Identity, copy
from embedded_aws.mariadb.programs import check
from embedded_aws.mariadb.server import MariaDb, start

__all__ = ["Identity", "MariaDb", "check", "copy", "start"]
