package torpor.engine.instance;

/// What came of restoring a snapshot where nobody could see it.
public sealed interface Rehearsal {

  /// Every byte of it is what was written, and the machine made of it answered.
  record Passed() implements Rehearsal {}

  /// It is not what was written, or no machine can be made of it; `reason` names the file.
  record Failed(String reason) implements Rehearsal {}

  /// Nothing is known: something other than the snapshot was in the way.
  record Undecided(String reason) implements Rehearsal {}
}
