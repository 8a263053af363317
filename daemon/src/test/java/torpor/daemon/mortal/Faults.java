package torpor.daemon.mortal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import torpor.daemon.mortal.Fault.Moment;
import torpor.engine.ByHand;
import torpor.engine.EngineParts;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.instance.HealthProbes;
import torpor.engine.network.Doorbell;

/// Stands before every port of the machines that are driven by hand, and counts what changes
/// something.
final class Faults {
  private static final int SIGKILL = 9;

  @SuppressWarnings("restricted") // The daemon is started with native access.
  private static final MethodHandle KILL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("kill").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  /// What only looks is no step. Nor is what a new daemon does before it listens.
  private static final Set<String> LOOKS =
      Set.of(
          "all",
          "load",
          "snapshots",
          "idempotency",
          "find",
          "list",
          "activity",
          "reconcile",
          "adopt",
          "sweep");

  private final Path directory;
  private int order;
  private int count;

  Faults(Path directory) {
    this.directory = directory;
  }

  EngineParts around(EngineParts parts) {
    return rebuilt(
        parts,
        (type, part) ->
            type == InstanceDirectories.class
                ? before(InstanceDirectories.class, (InstanceDirectories) part)
                : part instanceof Optional<?> one && one.orElse(null) instanceof ByHand hand
                    ? Optional.of(rebuilt(hand, this::port))
                    : part);
  }

  private Object port(Class<?> type, Object part) {
    return type.isInterface() && type != HealthProbes.class ? wrapped(type, part) : part;
  }

  private <T> T wrapped(Class<T> type, Object part) {
    return before(type, type.cast(part));
  }

  /// The same record with other parts, whichever parts it has.
  private static <R extends Record> R rebuilt(
      R record, BiFunction<Class<?>, Object, Object> change) {
    RecordComponent[] parts = record.getClass().getRecordComponents();
    Object[] values = new Object[parts.length];
    Class<?>[] types = new Class<?>[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        types[i] = parts[i].getType();
        values[i] = change.apply(types[i], parts[i].getAccessor().invoke(record));
      }
      @SuppressWarnings("unchecked") // Its own constructor.
      R same = (R) record.getClass().getConstructor(types).newInstance(values);
      return same;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no record like " + record.getClass(), e);
    }
  }

  private <T> T before(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              boolean changes = method.getReturnType() == CompletionStage.class;
              if (changes && !LOOKS.contains(method.getName())) {
                return step(port.getSimpleName() + "." + method.getName(), real, method, arguments);
              }
              Object answer = call(real, method, arguments);
              return answer instanceof Optional<?> one && one.orElse(null) instanceof Doorbell bell
                  ? Optional.of(before(Doorbell.class, bell))
                  : answer;
            }));
  }

  private static Object call(Object real, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }

  private Object step(String name, Object real, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Optional<Fault> ordered = Fault.ordered(directory);
    if (ordered.isEmpty()) {
      return call(real, method, arguments);
    }
    Fault fault = ordered.orElseThrow();
    int number = begin(fault, name);
    if (fault.is(number, Moment.BEFORE)) {
      die();
    }
    if (fault.is(number, Moment.MIDDLE)) {
      CompletableFuture.delayedExecutor(fault.into().toNanos(), TimeUnit.NANOSECONDS)
          .execute(Faults::die);
    }
    long began = System.nanoTime();
    return ((CompletionStage<?>) call(real, method, arguments))
        .whenComplete((_, _) -> {
          Story.ended(directory, fault.id(), number, Duration.ofNanos(System.nanoTime() - began));
          if (fault.is(number, Moment.AFTER)) {
            die();
          }
        });
  }

  private synchronized int begin(Fault fault, String name) {
    if (order != fault.id()) {
      order = fault.id();
      count = 0;
    }
    count++;
    Story.began(directory, order, count, name);
    return count;
  }

  private static void die() {
    try {
      int failed = (int) KILL.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
      throw new IllegalStateException("lives on after a kill, which answered " + failed);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot kill", e);
    }
  }
}
