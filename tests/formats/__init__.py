"""Files that earlier versions wrote, read by this one.

`golden/COMMIT/` holds plan files, journals and event streams as the code of that commit wrote them;
beside each lie the facts that reading it must give. `facts` reads them, `replayed` rebuilds the
simulated host that a journal was written on.
"""
