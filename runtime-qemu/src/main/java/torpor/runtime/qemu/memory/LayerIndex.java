package torpor.runtime.qemu.memory;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// What a layer holds and where.
///
/// @param pageCount of the whole memory, in pages
/// @param zero pages that are all zero
/// @param pieces in ascending order of their pages
public record LayerIndex(int pageCount, List<Run> zero, List<Piece> pieces) {
  public LayerIndex {
    zero = List.copyOf(zero);
    pieces = List.copyOf(pieces);
  }

  /// Neighbouring pages.
  public record Run(int first, int count) {
    int end() {
      return first + count;
    }
  }

  /// How the bytes of a piece are stored.
  public enum Encoding {
    RAW(0),
    LZ4(1),
    ZSTD(2);

    private final int code;

    Encoding(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Optional<Encoding> of(int code) {
      return Arrays.stream(values()).filter(encoding -> encoding.code == code).findFirst();
    }
  }

  /// @param offset of the stored bytes in the file
  /// @param stored how many there are
  /// @param crc32c of the stored bytes
  /// @param runs the pages, in the order in which their contents follow each other
  public record Piece(long offset, int stored, int crc32c, Encoding encoding, List<Run> runs) {
    public Piece {
      runs = List.copyOf(runs);
    }

    int pages() {
      return runs.stream().mapToInt(Run::count).sum();
    }
  }

  /// Pages that this layer decides, zero ones included.
  BitSet pages() {
    BitSet all = data();
    zero.forEach(run -> all.set(run.first(), run.end()));
    return all;
  }

  /// Pages that have contents in it.
  BitSet data() {
    BitSet all = new BitSet(pageCount);
    for (Piece piece : pieces) {
      piece.runs().forEach(run -> all.set(run.first(), run.end()));
    }
    return all;
  }

  /// Bytes of the contents as they are in memory.
  public long bytes() {
    return Pages.bytes(pieces.stream().mapToLong(Piece::pages).sum());
  }

  /// Bytes of the contents as they are on disk.
  public long storedBytes() {
    return pieces.stream().mapToLong(Piece::stored).sum();
  }
}
