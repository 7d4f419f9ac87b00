"""The Common Procurement Vocabulary (CPV 2008, Regulation (EC) No 213/2008): its divisions, whole lists, and finding a code.

>>> parent("30200000")
'30000000'
>>> [code.sv for code in search(DIVISIONS, "jordbruksmask", "sv", limit=1)]
['Jordbruksmaskiner']
"""

from app.procurement.cpv.codes import Code, parent, shown
from app.procurement.cpv.divisions import DIVISIONS
from app.procurement.cpv.index import Index, search
from app.procurement.cpv.lists import ListError, parse_list

__all__ = ["DIVISIONS", "Code", "Index", "ListError", "parent", "parse_list", "search", "shown"]
