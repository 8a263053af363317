package torpor.bench.stage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import torpor.store.sql.ConnectionSource;

/// Makes every commit of a connection take longer, as on a disk whose flush does.
public final class SlowFlush {
  private final Duration delay;

  public SlowFlush(Duration delay) {
    this.delay = delay;
  }

  /// For connections that commit by the statement `COMMIT` or by the method.
  public ConnectionSource around(ConnectionSource source) {
    return () -> slow(source.open());
  }

  private Connection slow(Connection real) {
    return (Connection)
        Proxy.newProxyInstance(
            SlowFlush.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              Object result = invoke(real, method, arguments);
              if (method.getName().equals("commit")) {
                flush();
              }
              return method.getName().equals("prepareStatement") && "COMMIT".equals(arguments[0])
                  ? slow((PreparedStatement) result)
                  : result;
            });
  }

  private PreparedStatement slow(PreparedStatement real) {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            SlowFlush.class.getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (_, method, arguments) -> {
              Object result = invoke(real, method, arguments);
              if (method.getName().startsWith("execute")) {
                flush();
              }
              return result;
            });
  }

  private void flush() {
    long end = System.nanoTime() + delay.toNanos();
    for (long left = delay.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
