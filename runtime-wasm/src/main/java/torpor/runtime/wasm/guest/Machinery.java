package torpor.runtime.wasm.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.Element;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import torpor.runtime.wasm.memory.PagedMemory;
import torpor.runtime.wasm.snapshot.GuestState;
import torpor.runtime.wasm.snapshot.SnapshotReader;
import torpor.runtime.wasm.wasi.DescriptorTable;
import torpor.runtime.wasm.wasi.GuestClock;
import torpor.runtime.wasm.wasi.GuestEnvironment;
import torpor.runtime.wasm.wasi.SavedDescriptor;
import torpor.runtime.wasm.wasi.Sleeper;
import torpor.runtime.wasm.wasi.WasiPreview1;

/// The engine's instance of a module, and its state in and out: globals, tables, dropped segments.
final class Machinery {
  private static final Set<String> SUSPENDING = Set.copyOf(Instrumentation.SUSPENDING_IMPORTS);

  private final Instance instance;
  private final PagedMemory memory;
  private final Asyncify asyncify;

  private Machinery(Instance instance, PagedMemory memory) {
    this.instance = instance;
    this.memory = memory;
    this.asyncify = new Asyncify(instance, memory);
  }

  /// Gives the host functions what exists only after the instance that imports them.
  private static final class Link {
    private @Nullable Machinery machinery;

    Optional<Machinery> get() {
      return Optional.ofNullable(machinery);
    }
  }

  static <W extends Sleeper & TorporCalls.Caller> Machinery build(
      PreparedModule prepared,
      GuestSetup setup,
      DescriptorTable descriptors,
      GuestClock clock,
      W waits,
      Optional<SnapshotReader.Opened> opened) {
    WasiPreview1 wasi =
        new WasiPreview1(
            setup.environment(), descriptors, clock, setup.host().entropy(), setup.sink(), waits);
    Link link = new Link();
    List<ImportFunction> imports = new ArrayList<>();
    wasi.functions().forEach(f -> imports.add(consistent(f, link)));
    new TorporCalls(() -> Optional.of(waits))
        .functions()
        .forEach(f -> imports.add(consistent(f, link)));
    PagedMemory memory = memory(prepared.module(), setup, opened);
    try {
      Instance instance =
          Instance.builder(prepared.module())
              .withImportValues(ImportValues.builder().withFunctions(imports).build())
              .withMemoryFactory(limits -> memory)
              .withMachineFactory(prepared.machine())
              .withStart(false)
              .build();
      Machinery machinery = new Machinery(instance, memory);
      link.machinery = machinery;
      opened.ifPresent(o -> machinery.restore(o.state()));
      return machinery;
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  private static PagedMemory memory(
      WasmModule module, GuestSetup setup, Optional<SnapshotReader.Opened> opened) {
    MemoryLimits declared = ModuleRules.memory(module);
    int maximum = Math.min(declared.maximumPages(), setup.limits().memoryPages());
    return opened
        .map(o ->
            PagedMemory.restored(
                o.state().memoryPages(), maximum, setup.host().budget(), o.pages()))
        .orElseGet(
            () -> PagedMemory.fresh(declared.initialPages(), maximum, setup.host().budget()));
  }

  /// A host function that refuses to be called in the middle of unwinding or rewinding.
  private static HostFunction consistent(HostFunction function, Link link) {
    String name = function.module() + "." + function.name();
    boolean suspends = SUSPENDING.contains(name);
    return new HostFunction(
        function.module(),
        function.name(),
        function.functionType(),
        (instance, arguments) -> {
          link.get().ifPresent(m -> m.asyncify.requireConsistent(name, suspends));
          return function.handle().apply(instance, arguments);
        });
  }

  PagedMemory memory() {
    return memory;
  }

  Asyncify asyncify() {
    return asyncify;
  }

  void callEntry() {
    instance.export(ModuleRules.ENTRY).apply();
  }

  GuestState state(
      byte[] stack,
      long sleeps,
      long cpuNanos,
      GuestEnvironment environment,
      GuestClock.Reading clock,
      List<SavedDescriptor> descriptors,
      List<GuestState.TakenSignal> inbox) {
    return new GuestState(
        memory.pages(),
        globals(),
        tables(),
        droppedData(),
        droppedElements(),
        stack,
        asyncify.pending(),
        sleeps,
        cpuNanos,
        environment,
        clock,
        descriptors,
        inbox);
  }

  private List<GuestState.GlobalValue> globals() {
    List<GuestState.GlobalValue> values = new ArrayList<>();
    for (int i = 0; i < instance.globalCount(); i++) {
      var global = instance.global(i);
      if (global.getMutabilityType() == MutabilityType.Var) {
        values.add(new GuestState.GlobalValue(i, global.getValueLow(), global.getValueHigh()));
      }
    }
    return values;
  }

  private List<int[]> tables() {
    List<int[]> tables = new ArrayList<>();
    for (int t = 0; t < instance.tableCount(); t++) {
      TableInstance table = instance.table(t);
      int[] references = new int[table.size()];
      for (int i = 0; i < references.length; i++) {
        references[i] = table.ref(i);
      }
      tables.add(references);
    }
    return tables;
  }

  private List<Integer> droppedData() {
    DataSegment[] declared = instance.module().dataSection().dataSegments();
    List<Integer> dropped = new ArrayList<>();
    for (int i = 0; i < declared.length; i++) {
      if (declared[i].data().length > 0 && instance.dataSegmentData(i).length == 0) {
        dropped.add(i);
      }
    }
    return dropped;
  }

  private List<Integer> droppedElements() {
    List<Integer> dropped = new ArrayList<>();
    for (int i = 0; i < instance.elementCount(); i++) {
      Element element = instance.element(i);
      if (element == null) {
        dropped.add(i);
      }
    }
    return dropped;
  }

  @SuppressWarnings("NullAway") // the engine marks a dropped element segment by null
  private void restore(GuestState state) {
    for (GuestState.GlobalValue value : state.globals()) {
      instance.global(value.index()).setValueLow(value.low());
      instance.global(value.index()).setValueHigh(value.high());
    }
    for (int t = 0; t < state.tables().size(); t++) {
      restoreTable(instance.table(t), state.tables().get(t));
    }
    state.droppedData().forEach(instance::dropDataSegment);
    state.droppedElements().forEach(i -> instance.setElement(i, null));
    asyncify.restorePending(state.pending());
  }

  @SuppressWarnings("NullAway") // the engine marks an empty table entry by null
  private void restoreTable(TableInstance table, int[] references) {
    if (references.length > table.size()) {
      table.grow(references.length - table.size(), -1, instance);
    }
    for (int i = 0; i < references.length; i++) {
      if (table.ref(i) != references[i]) {
        table.setRef(i, references[i], references[i] < 0 ? null : instance);
      }
    }
  }
}
