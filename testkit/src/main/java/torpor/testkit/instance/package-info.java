/// A node of hand-driven instances without a host under it: the real engine on fakes of everything
/// it asks for. For tests of whatever stands on top of the engine.
///
/// ```
///   test ──> FakeNode ──> InstanceEngine ──┬─> FakeMachines   (come up at once; can be held, failed, ended)
///                                          ├─> FakeImages     (pulled in four steps; can be held)
///                                          ├─> FakeNetworks, FakeInstanceFiles
///                                          └─> InMemoryInstanceStore
///            FakeSessions: programs inside, a tree of files
/// ```
@NullMarked
package torpor.testkit.instance;

import org.jspecify.annotations.NullMarked;
