/// What every store must do: an abstract suite, run over the SQL stores and over the fake.
///
/// ```
/// JobStoreContract   to be extended: all of the promises over one store
///   *Promises        one promise of the port per test, by subject
///   StoreUnderTest   what the promises have in common
/// StoreSamples       jobs in every state, transitions
/// ```
@NullMarked
package torpor.testkit.store;

import org.jspecify.annotations.NullMarked;
