/*
 * How PostgreSQL keeps the tables that are introspected (`c`), where somebody has said so: rows of a path and what is
 * there. No Schema has words for it. The catalogs of some versions lack a column, so these are read as JSON.
 */
export const STORAGE = [
  `SELECT 'table ' || c.label, 'is of the composite type ' || c.reloftype::regtype
   FROM tables c WHERE c.reloftype <> 0`,
  `SELECT 'table ' || c.label, 'has the storage parameters ' || array_to_string(c.reloptions, ', ')
   FROM tables c WHERE c.reloptions IS NOT NULL`,
  `SELECT 'table ' || c.label, 'is in the tablespace ' || s.spcname
   FROM tables c JOIN pg_tablespace s ON s.oid = c.reltablespace`,
  `SELECT 'table ' || c.label, 'has a replica identity of its own' FROM tables c WHERE c.relreplident NOT IN ('d', 'n')`,
  `SELECT format('table %s, column %s', c.label, a.attname), 'has ' || concat_ws(', ',
     CASE WHEN a.attstorage <> t.typstorage THEN 'a storage of its own' END,
     CASE WHEN to_jsonb(a) ->> 'attcompression' <> '' THEN 'a compression of its own' END,
     CASE WHEN coalesce(a.attstattarget, -1) <> -1 THEN 'a statistics target of its own' END,
     'the options ' || array_to_string(a.attoptions, ', '))
   FROM tables c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   JOIN pg_type t ON t.oid = a.atttypid
   WHERE a.attstorage <> t.typstorage OR to_jsonb(a) ->> 'attcompression' <> ''
     OR coalesce(a.attstattarget, -1) <> -1 OR a.attoptions IS NOT NULL`,
  `SELECT format('table %s, column %s', c.label, a.attname), format('counts from %s in steps of %s, from %s to %s%s',
     q.seqstart, q.seqincrement, q.seqmin, q.seqmax, CASE WHEN q.seqcycle THEN ', again and again' ELSE '' END)
   FROM tables c JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
   JOIN pg_sequence q ON d.classid = 'pg_class'::regclass AND d.objid = q.seqrelid
   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
   WHERE (q.seqstart, q.seqincrement, q.seqmin, q.seqcycle) <> (1, 1, 1, false) OR q.seqmax < CASE a.atttypid
     WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END`,
  `SELECT format('table %s, index %s', c.label, r.relname), 'has ' || concat_ws(', ',
     'the storage parameters ' || array_to_string(r.reloptions, ', '),
     CASE WHEN r.reltablespace <> 0 THEN 'a tablespace of its own' END,
     CASE WHEN i.indisclustered THEN 'the rows of its table in its order' END,
     CASE WHEN NOT i.indisvalid THEN 'not been built to its end' END,
     (SELECT 'operator classes with ' || string_agg(array_to_string(a.attoptions, ', '), ', ')
      FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attoptions IS NOT NULL))
   FROM tables c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class r ON r.oid = i.indexrelid
   WHERE r.reloptions IS NOT NULL OR r.reltablespace <> 0 OR i.indisclustered OR NOT i.indisvalid
     OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attoptions IS NOT NULL)`,
  `SELECT format('table %s, trigger %s', c.label, t.tgname), 'is disabled or fires on a replica'
   FROM tables c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'O'`,
];
