/** Labels that the PodMonitor, and Prometheus itself, put on everything that they scrape. */
export const targetLabels: readonly string[] = [
  'namespace',
  'service',
  'pod',
  'container',
  'endpoint',
  'instance',
  'job',
];

/** Metrics that rules and dashboard use and that are not our services', with the labels that they may rely on. */
export const foreignMetrics: Readonly<Record<string, readonly string[]>> = {
  // Prometheus
  up: [],
  ALERTS: ['alertname', 'alertstate', 'severity'],
  // kube-state-metrics: docs/metrics/workload/{deployment,job,pod}-metrics.md
  kube_deployment_status_replicas_available: ['deployment'],
  kube_deployment_spec_replicas: ['deployment'],
  kube_job_status_active: ['job_name'],
  kube_job_failed: ['job_name', 'condition'],
  kube_pod_container_status_restarts_total: ['uid'],
  kube_pod_container_resource_limits: ['resource', 'unit', 'node'],
  // kubelet (cAdvisor)
  container_memory_working_set_bytes: ['image', 'id', 'name'],
  // cert-manager
  certmanager_certificate_expiration_timestamp_seconds: ['name'],
};
