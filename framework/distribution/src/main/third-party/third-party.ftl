Reprise ships the libraries below, each under the licence named; bom.json lists them for programs (CycloneDX).
Their jars hold the licences' texts. What lies within some of them, and is not named by its own project file:

- pytorch: libtorch (BSD-3-Clause) with oneDNN (Apache-2.0) and others, named in PyTorch's NOTICE
- openblas: OpenBLAS (BSD-3-Clause); leptonica: Leptonica (BSD-2-Clause)
- mlflow-client: Guava, Gson, Apache HttpComponents and Commons (Apache-2.0), Protocol Buffers (BSD-3-Clause), under other names
- reprise-engine: Apache ECharts (Apache-2.0), its licence and notice beside it

<#list dependencyMap as e>
<#assign project = e.getKey()/>
${project.artifactId} ${project.version} (${project.groupId}): <#list e.getValue() as license>${license}<#sep> or </#list>; ${project.url!"no address"}
</#list>
