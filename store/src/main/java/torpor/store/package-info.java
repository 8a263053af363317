/// The engine's store port on SQL: one schema and one set of statements on SQLite (the default, in
/// the data directory) and on PostgreSQL (several daemons on one database).
///
/// ```
/// StoreAddress   one setting: a file, or postgresql://…
/// Stores         opens: checks the schema, takes the node's lease, starts writers and readers
/// SqlJobStore    the port: every method hands its work to a writer or to a reader
///
///   codec  <-  sql  <-  read  <-  write  <-  this package          disk (on its own)
/// ```
///
/// Times are kept to the microsecond; what is finer is cut off when it is written.
@NullMarked
package torpor.store;

import org.jspecify.annotations.NullMarked;
