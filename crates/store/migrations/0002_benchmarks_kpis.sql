-- Numbers of others, and targets.

CREATE TABLE benchmark (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    -- A kind of metric with its scale: `nps`, `mean 1-5`.
    metric TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    low DOUBLE PRECISION,
    high DOUBLE PRECISION,
    n BIGINT,
    industry TEXT NOT NULL,
    country TEXT NOT NULL,
    source TEXT NOT NULL,
    source_url TEXT NOT NULL,
    year BIGINT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (workspace_id, metric, name, industry, country, source, year)
);

CREATE TABLE kpi (
    id UUID PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    survey_id UUID NOT NULL REFERENCES survey (id),
    metric TEXT NOT NULL,
    location_id UUID REFERENCES location (id),
    filters TEXT NOT NULL,
    direction TEXT NOT NULL,
    target DOUBLE PRECISION NOT NULL,
    days BIGINT NOT NULL,
    owner_id UUID REFERENCES app_user (id),
    since_day BIGINT NOT NULL,
    due_day BIGINT NOT NULL,
    note TEXT NOT NULL,
    actions TEXT NOT NULL
);
CREATE INDEX kpi_workspace ON kpi (workspace_id, due_day);
