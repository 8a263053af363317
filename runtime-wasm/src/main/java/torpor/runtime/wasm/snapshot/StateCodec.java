package torpor.runtime.wasm.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.runtime.wasm.snapshot.GuestState.GlobalValue;
import torpor.runtime.wasm.wasi.GuestClock;
import torpor.runtime.wasm.wasi.GuestEnvironment;
import torpor.runtime.wasm.wasi.SavedDescriptor;

/// {@link GuestState} as bytes and back.
final class StateCodec {
  private static final int CHECKPOINT = 1;
  private static final int SLEEP = 2;
  private static final int AWAIT_SIGNAL = 3;

  @FunctionalInterface
  private interface Writer<T> {
    void write(T value) throws IOException;
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read() throws IOException;
  }

  private StateCodec() {}

  static void write(GuestState state, DataOutput out) throws IOException {
    out.writeInt(state.memoryPages());
    writeList(out, state.globals(), g -> writeGlobal(out, g));
    writeList(out, state.tables(), t -> writeTable(out, t));
    writeList(out, state.droppedData(), out::writeInt);
    writeList(out, state.droppedElements(), out::writeInt);
    writeBytes(out, state.stack());
    writePending(out, state.pending());
    out.writeLong(state.sleeps());
    out.writeLong(state.cpuNanos());
    writeEnvironment(out, state.environment());
    out.writeLong(state.clock().monotonicNanos());
    writeInstant(out, state.clock().at());
    writeList(out, state.descriptors(), d -> writeDescriptor(out, d));
    writeList(
        out,
        state.inbox(),
        signal -> {
          writeText(out, signal.name());
          writeBytes(out, signal.payload());
        });
  }

  static GuestState read(DataInput in) throws IOException {
    return new GuestState(
        in.readInt(),
        readList(in, () -> new GlobalValue(in.readInt(), in.readLong(), in.readLong())),
        readList(in, () -> readTable(in)),
        readList(in, in::readInt),
        readList(in, in::readInt),
        readBytes(in),
        readPending(in),
        in.readLong(),
        in.readLong(),
        readEnvironment(in),
        new GuestClock.Reading(in.readLong(), Instant.ofEpochSecond(in.readLong(), in.readInt())),
        readList(in, () -> readDescriptor(in)),
        readList(in, () -> new GuestState.TakenSignal(readText(in), readBytes(in))));
  }

  private static void writeGlobal(DataOutput out, GlobalValue global) throws IOException {
    out.writeInt(global.index());
    out.writeLong(global.low());
    out.writeLong(global.high());
  }

  private static void writeTable(DataOutput out, int[] table) throws IOException {
    out.writeInt(table.length);
    for (int function : table) {
      out.writeInt(function);
    }
  }

  private static int[] readTable(DataInput in) throws IOException {
    int[] table = new int[in.readInt()];
    for (int i = 0; i < table.length; i++) {
      table[i] = in.readInt();
    }
    return table;
  }

  private static void writePending(DataOutput out, PendingCall pending) throws IOException {
    switch (pending) {
      case PendingCall.Checkpoint(String token) -> {
        out.writeByte(CHECKPOINT);
        writeText(out, token);
      }
      case PendingCall.Sleep(String token, Duration duration) -> {
        out.writeByte(SLEEP);
        writeText(out, token);
        writeDuration(out, duration);
      }
      case PendingCall.AwaitSignal(String token, String name, Optional<Duration> timeout) -> {
        out.writeByte(AWAIT_SIGNAL);
        writeText(out, token);
        writeText(out, name);
        out.writeBoolean(timeout.isPresent());
        writeDuration(out, timeout.orElse(Duration.ZERO));
      }
    }
  }

  private static PendingCall readPending(DataInput in) throws IOException {
    int kind = in.readByte();
    String token = readText(in);
    return switch (kind) {
      case CHECKPOINT -> new PendingCall.Checkpoint(token);
      case SLEEP -> new PendingCall.Sleep(token, readDuration(in));
      case AWAIT_SIGNAL -> {
        String name = readText(in);
        boolean bounded = in.readBoolean();
        Duration timeout = readDuration(in);
        yield new PendingCall.AwaitSignal(
            token, name, bounded ? Optional.of(timeout) : Optional.empty());
      }
      default -> throw new IOException("unknown pending call " + kind);
    };
  }

  private static void writeEnvironment(DataOutput out, GuestEnvironment environment)
      throws IOException {
    writeList(out, environment.arguments(), argument -> writeText(out, argument));
    writeList(
        out,
        List.copyOf(environment.variables().entrySet()),
        (Map.Entry<String, String> variable) -> {
          writeText(out, variable.getKey());
          writeText(out, variable.getValue());
        });
  }

  private static GuestEnvironment readEnvironment(DataInput in) throws IOException {
    List<String> arguments = readList(in, () -> readText(in));
    Map<String, String> variables = new HashMap<>();
    readList(in, () -> Map.entry(readText(in), readText(in)))
        .forEach(variable -> variables.put(variable.getKey(), variable.getValue()));
    return new GuestEnvironment(arguments, variables);
  }

  private static void writeDescriptor(DataOutput out, SavedDescriptor row) throws IOException {
    out.writeInt(row.number());
    out.writeInt(row.tree());
    writeText(out, row.identity());
    out.writeLong(row.rights());
    out.writeInt(row.flags());
    out.writeLong(row.position());
  }

  private static SavedDescriptor readDescriptor(DataInput in) throws IOException {
    return new SavedDescriptor(
        in.readInt(), in.readInt(), readText(in), in.readLong(), in.readInt(), in.readLong());
  }

  private static void writeInstant(DataOutput out, Instant instant) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  private static void writeDuration(DataOutput out, Duration duration) throws IOException {
    out.writeLong(duration.getSeconds());
    out.writeInt(duration.getNano());
  }

  private static Duration readDuration(DataInput in) throws IOException {
    return Duration.ofSeconds(in.readLong(), in.readInt());
  }

  private static void writeText(DataOutput out, String text) throws IOException {
    writeBytes(out, text.getBytes(UTF_8));
  }

  private static String readText(DataInput in) throws IOException {
    return new String(readBytes(in), UTF_8);
  }

  private static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static <T> void writeList(DataOutput out, List<T> values, Writer<T> writer)
      throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writer.write(value);
    }
  }

  private static <T> List<T> readList(DataInput in, Reader<T> reader) throws IOException {
    int count = in.readInt();
    List<T> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(reader.read());
    }
    return List.copyOf(values);
  }
}
