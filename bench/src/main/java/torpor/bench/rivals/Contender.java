package torpor.bench.rivals;

/// A system that runs jobs.
interface Contender extends AutoCloseable {

  /// Product and version.
  String name();

  /// How it is set up, in words.
  String setUp();

  /// Enqueues no-op job `number`; it is durable when this returns. Called by many threads.
  void enqueue(int number);

  @Override
  void close();
}
