"""Queries that go deep, by what they repeat, and large ones that do not."""

nested = {
    "brackets": lambda n: f"SELECT * {{ FILTER({'(' * n}1{')' * n}) }}",
    "functions": lambda n: f"SELECT ({'STR(' * n}1{')' * n} AS ?x) {{}}",
    "conditions": lambda n: f"SELECT ({'IF(1,1,' * n}1{')' * n} AS ?x) {{}}",
    "negations": lambda n: f"SELECT ({'!(' * n}1{')' * n} AS ?x) {{}}",
    "memberships": lambda n: f"SELECT ({'1 IN (' * n}1{')' * n} AS ?x) {{}}",
    "groups": lambda n: f"SELECT * {{ {'{' * n}?s ?p ?o{'}' * n} }}",
    "exists": lambda n: f"SELECT * {{ {'FILTER EXISTS {' * n}?s ?p ?o{'}' * n} }}",
    "graphs": lambda n: f"SELECT * {{ {'GRAPH ?g {' * n}?s ?p ?o{'}' * n} }}",
    "selects": lambda n: f"SELECT * {{ {'{SELECT * {' * n}?s ?p ?o{'}}' * n} }}",
    "paths": lambda n: f"SELECT * {{ ?s {'(' * n}<urn:p>{')' * n} ?o }}",
    "inverse paths": lambda n: f"SELECT * {{ ?s {'^(' * n}<urn:p>{')' * n} ?o }}",
    "triple terms": lambda n: f"SELECT * {{ ?s ?p {'<<( ?a ?b ' * n}?c{' )>>' * n} }}",
    "construct": lambda n: f"CONSTRUCT {{ ?s ?p {'[<urn:p> ' * n}1{']' * n} }} WHERE {{}}",
    "data": lambda n: f"INSERT DATA {{ <urn:s> <urn:p> {'[<urn:p> ' * n}1{']' * n} }}",
    "updates": lambda n: f"INSERT {{}} WHERE {{ {'{' * n}?s ?p ?o{'}' * n} }}",
}
chained = {
    "sums": lambda n: f"SELECT ((1{'+1' * n}) AS ?x) {{}}",
    "products": lambda n: f"SELECT ((1{'*1' * n}) AS ?x) {{}}",
    "or": lambda n: f"SELECT * {{ FILTER(?a{'||?a' * n}) }}",
    "and": lambda n: f"SELECT * {{ FILTER(?a{'&&?a' * n}) }}",
    "unions": lambda n: f"SELECT * {{ {{}}{' UNION {?s ?p ?o}' * n} }}",
    "optionals": lambda n: f"SELECT * {{ {'OPTIONAL {?s ?p ?o}' * n} }}",
    "minus": lambda n: f"SELECT * {{ {'MINUS {?s ?p ?o}' * n} }}",
    "filters": lambda n: f"SELECT * {{ {'FILTER(?a) ' * n} }}",
    "triples": lambda n: f"SELECT * {{ {'?s ?p ?o . ' * n} }}",
    "objects": lambda n: f"SELECT * {{ ?s ?p ?o{',?o' * n} }}",
    "sequences": lambda n: f"SELECT * {{ ?s <urn:p>{'/<urn:p>' * n} ?o }}",
    "alternatives": lambda n: f"SELECT * {{ ?s <urn:p>{'|<urn:p>' * n} ?o }}",
    "deletions": lambda n: f"DELETE WHERE {{ {'<urn:s> <urn:p> ?x . ' * n} }}",
}
HONEST = {
    "10,000 rows of VALUES": f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a ?b) {{ {'(<urn:a> -1) ' * 10_000} }} }}",
    "10,000 values": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {'-1 ' * 10_000} }} }}",
    "5,000 terms of IN": f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({','.join(f'<urn:{i}>' for i in range(5_000))})) }}",
    "300 unions": f"SELECT * {{ {' UNION '.join(f'{{ ?s <urn:{i}> ?o }}' for i in range(300))} }}",
    "500 or": f"SELECT * {{ ?s ?p ?o FILTER({' || '.join(f'?o = <urn:{i}>' for i in range(500))}) }}",
    "60 optionals": f"SELECT * {{ ?s ?p ?o {''.join(f'OPTIONAL {{ ?s <urn:{i}> ?v{i} }} ' for i in range(60))} }}",
    "5,000 arguments": f"SELECT (CONCAT({','.join(['?a'] * 5_000)}) AS ?x) {{ BIND('a' AS ?a) }}",
    "60 brackets": f"SELECT * {{ FILTER({'(' * 60}1{')' * 60}) }}",
}
