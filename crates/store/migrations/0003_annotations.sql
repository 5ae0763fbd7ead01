-- What was done and what happened, told beside the numbers.
CREATE TABLE annotation (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    day BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Nowhere in particular: the whole network.
    location_id UUID REFERENCES location (id)
);
CREATE INDEX annotation_workspace ON annotation (workspace_id, day);
