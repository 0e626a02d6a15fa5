"""`elasticsearch+https://host:9200/prefix`: a cluster of Elasticsearch or OpenSearch, for several machines.

store      the ports, each a line over the rest
address    where it is and with which credentials
clients    the two servers' own clients behind one seam
connection questions that wait out a server's trouble
schema     the indices, and why they are so         indices    made, looked at, told about
derive     a record as a document                   where, reading    queries, and what is answered
bulk       many writes in few requests              migrate    from one layout to the next
writing    records                                  log        events and documents
"""

from listening.store.elasticsearch.address import read_address
from listening.store.elasticsearch.store import ElasticsearchStore, migrate, prepare

__all__ = ["ElasticsearchStore", "migrate", "prepare", "read_address"]
