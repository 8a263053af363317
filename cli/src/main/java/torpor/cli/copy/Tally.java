package torpor.cli.copy;

import torpor.wire.ByteSizes;

/// What was copied.
record Tally(int files, long bytes) {
  static final Tally NOTHING = new Tally(0, 0);

  Tally plus(long size) {
    return new Tally(files + 1, bytes + size);
  }

  @Override
  public String toString() {
    return files + (files == 1 ? " file, " : " files, ") + ByteSizes.format(bytes);
  }
}
