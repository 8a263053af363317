/// The SQL that both databases share, and the few things in which they differ.
///
/// Every statement that writes rows is a [torpor.store.sql.Dml] value: written once, rendered as a
/// statement for one row (SQLite always; PostgreSQL when a batch holds one) and as a statement for
/// a whole set of rows (PostgreSQL, through `unnest`), which may be a part of a larger statement.
/// The invariant: all renderings do the same to the same rows.
///
/// ```
/// Tables      all statements, as values
/// Dml, Row    statement and parameters
/// Guarded     many of them, the fence included, as one statement of PostgreSQL
/// Session     one connection: transactions, prepared statements
/// Dialect     what differs: transactions, sets or loops, locks, error codes
/// Schema      creates, upgrades or refuses a database
/// ```
@NullMarked
package torpor.store.sql;

import org.jspecify.annotations.NullMarked;
