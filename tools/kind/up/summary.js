/** What a person does next. The ports are those of k8s/kind.yaml. */
export const summary = `
  Qflow Comms runs in the cluster.

    API       http://localhost:8080        its reference: http://localhost:8080/docs
    Inbox     http://localhost:8085        every e-mail that was sent, as its recipient has it
    Reports   http://localhost:8081        where the provider posts what became of them

    npm run kind:demo                      plays the integrator guide against it
    kubectl -n qflow get pods              what runs
    npm run kind:down                      removes the cluster
`;
