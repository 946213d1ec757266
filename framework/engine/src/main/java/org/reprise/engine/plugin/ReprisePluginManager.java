package org.reprise.engine.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import org.pf4j.CompoundPluginLoader;
import org.pf4j.DefaultPluginLoader;
import org.pf4j.DefaultPluginManager;
import org.pf4j.InvalidPluginDescriptorException;
import org.pf4j.JarPluginLoader;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginStatusProvider;
import org.reprise.api.ApiVersion;

/**
 * PF4J as Reprise uses it: plugins are loaded one by one by {@link PluginHost}, nothing is read
 * from or written to status files, and libtorch's Java types come from the host always, because a
 * native library can be bound by one class loader only.
 */
final class ReprisePluginManager extends DefaultPluginManager {
  /** Packages whose classes are never a plugin's own. */
  static final List<String> FROM_HOST =
      List.of(
          "org.bytedeco.",
          "org.reprise.api.",
          "org.reprise.support.",
          "org.reprise.safetensors.",
          "org.reprise.budget.",
          "org.reprise.pickle.",
          "org.reprise.weights.",
          "org.reprise.networks.",
          "org.pf4j.",
          "org.slf4j.");

  ReprisePluginManager() {
    // a root is required; plugins are loaded by path, so this one is never searched
    super(List.of(Path.of("")));
    setSystemVersion(ApiVersion.CURRENT);
  }

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new PluginStatusProvider() {
      @Override
      public boolean isPluginDisabled(String pluginId) {
        return false;
      }

      @Override
      public void disablePlugin(String pluginId) {}

      @Override
      public void enablePlugin(String pluginId) {}
    };
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new ManifestPluginDescriptorFinder() {
      @Override
      protected Manifest readManifest(Path file) {
        Manifest manifest = super.readManifest(file);
        if (manifest == null) {
          throw new InvalidPluginDescriptorException("there is no such file");
        }
        return manifest;
      }
    };
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new CompoundPluginLoader()
        .add(
            new JarPluginLoader(this) {
              @Override
              public ClassLoader loadPlugin(Path file, PluginDescriptor descriptor) {
                PluginClassLoader loader = new HostFirstClassLoader(descriptor);
                loader.addFile(file.toFile());
                return loader;
              }
            })
        .add(
            new DefaultPluginLoader(this) {
              @Override
              protected PluginClassLoader createPluginClassLoader(
                  Path file, PluginDescriptor descriptor) {
                return new HostFirstClassLoader(descriptor);
              }
            });
  }

  private final class HostFirstClassLoader extends PluginClassLoader {
    HostFirstClassLoader(PluginDescriptor descriptor) {
      super(ReprisePluginManager.this, descriptor, PluginHost.class.getClassLoader());
    }

    @Override
    protected boolean shouldDelegateToParent(String className) {
      return FROM_HOST.stream().anyMatch(className::startsWith)
          || super.shouldDelegateToParent(className);
    }
  }
}
