/// What every store must do: an abstract suite, run over the SQL stores and over the fake.
///
/// ```
/// StoreSamples      jobs in every state, transitions
/// JobStoreContract  one promise of the port per test
/// ```
@NullMarked
package torpor.testkit.store;

import org.jspecify.annotations.NullMarked;
