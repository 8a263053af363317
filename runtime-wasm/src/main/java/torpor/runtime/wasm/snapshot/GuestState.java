package torpor.runtime.wasm.snapshot;

import java.util.List;
import torpor.runtime.wasm.wasi.GuestClock;
import torpor.runtime.wasm.wasi.GuestEnvironment;
import torpor.runtime.wasm.wasi.SavedDescriptor;

/// Everything of a frozen guest besides its memory pages and files.
///
/// @param memoryPages size of the linear memory in WebAssembly pages of 64 KiB
/// @param globals the mutable ones
/// @param tables function indices, -1 for none
/// @param droppedData which data segments the program has dropped, by index
/// @param droppedElements the same for element segments
/// @param stack the unwound call stack, in asyncify's layout
/// @param sleeps how many sleep tokens were made so far
/// @param cpuNanos processor time used so far
/// @param inbox oldest first
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record GuestState(
    int memoryPages,
    List<GlobalValue> globals,
    List<int[]> tables,
    List<Integer> droppedData,
    List<Integer> droppedElements,
    byte[] stack,
    PendingCall pending,
    long sleeps,
    long cpuNanos,
    GuestEnvironment environment,
    GuestClock.Reading clock,
    List<SavedDescriptor> descriptors,
    List<TakenSignal> inbox) {

  /// A signal that the guest's host took from the engine and the program has not asked for yet.
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record TakenSignal(String name, byte[] payload) {}

  /// A mutable global by its index; the high half is used by 128-bit vectors only.
  public record GlobalValue(int index, long low, long high) {}
}
